"""The local page: two people drop their files into a browser on this machine and read the answer there."""
