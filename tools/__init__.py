"""What sets the project up and checks it; nothing here runs in a bank."""
