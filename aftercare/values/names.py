from aftercare.customers.names import full_name_fault as full_name_fault
