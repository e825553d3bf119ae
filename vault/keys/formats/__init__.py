"""What a pasted secret is: one file per family of formats, `recognise` over all of them.

Every verdict is advice. A registry of one's own may use any text as a key, so nothing here
refuses; and no sentence ever holds a part of the secret.
"""
