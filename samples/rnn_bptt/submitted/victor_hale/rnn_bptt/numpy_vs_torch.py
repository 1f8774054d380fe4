# still to do
