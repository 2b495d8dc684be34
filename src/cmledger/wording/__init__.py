"""Every sentence a user can see that is not command help, one file per subject."""
