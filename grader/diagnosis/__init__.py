"""What is wrong, beyond the numbers: known mistakes, recognised by what they answer."""
