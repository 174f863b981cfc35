"""What is sent or to be sent outside: the outbox and its channels."""
