"""What makes the samples. Nothing here imports cmledger: the answers are worked out from what was written."""
