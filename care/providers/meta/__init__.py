"""Facebook pages, Messenger, Instagram and WhatsApp: one provider, one signature, one interface."""
