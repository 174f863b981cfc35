"""What a name, a phone number, an address is: pure checks that forms, imports and pages share."""
