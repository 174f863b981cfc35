from aftercare.plain import text_fault as text_fault
