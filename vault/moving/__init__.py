"""Moving in: the keys that lie in other programs' files, one file of code for each kind of source.

A source is read and never changed; `keyfob import` says which line may go once its key is in the
vault. A `Haul` is what one of them holds, a `Proposal` what is known of a key before anyone asks.
"""
