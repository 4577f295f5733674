"""Other projects, one file for each; each is imported only when it is used, and needs that project."""
