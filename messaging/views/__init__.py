"""Pages of messages. Every one works as a form; static/js/messages.js makes them live."""
