"""What an emulated IOS device answers to `show`, one room of commands a file."""
