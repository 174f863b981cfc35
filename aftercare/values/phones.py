from aftercare.customers.phones import phone_fault as phone_fault
