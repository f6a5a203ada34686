"""What the lessons share. One module a subject; import the module, not this package."""
