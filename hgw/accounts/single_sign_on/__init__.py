"""Signing in at a place that the school uses already: `settings.SINGLE_SIGN_ON` (hgw/accounts/providers.py).

The place says who somebody is; who may come in is the school's to say, as ever. Nobody gets an account this way: who is signed
in links an account elsewhere, or an invitation is taken with one. An address or a name that is the same links nothing.

- `protocol`: what is asked of the place and checked of its answer, by the library; loaded only where a provider is set;
- `links`: which account elsewhere is whose;
- `coming_back`: what an answer lets somebody do here;
- `views`: the pages.
"""
