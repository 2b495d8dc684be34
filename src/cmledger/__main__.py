"""python -m cmledger, and the installed command."""

from cmledger.cli.app import main

if __name__ == "__main__":
    main()
