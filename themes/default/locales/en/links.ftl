### Links from mails that do one thing.

link-unlock-title = Unlock your account
link-unlock-text = Your account was locked because a wrong password was entered too often. If that was you, unlock it now.
link-unlock-button = Unlock my account
link-unlock-done-title = Your account is unlocked
link-unlock-done-text = Go back to the application and sign in.
link-not-me-title = Was this not you?
link-not-me-text = If you did not do what the message says, somebody else may be using your account. Every session ends now, and you set a new password.
link-not-me-button = End all sessions and set a new password
link-verify-email-title = Confirm your email address
link-verify-email-text = You can be reached at the address of this mailbox from now on, and sign in with it. If you did not ask for this, close the page.
link-verify-email-button = Confirm address
link-verify-email-done-title = Your email address is confirmed
link-verify-email-done-text = You can close this window.
link-undo-email-title = Take the change back?
link-undo-email-text = If it was not you who changed the email address, somebody else may be using your account. It gets its old address back, every session ends, what was added to it since is removed, and you set a new password.
link-undo-email-button = Take the change back and set a new password
link-enrol-title = Set up your second factor
link-enrol-text = Sign in with your password, then choose how to confirm that it is you.
link-enrol-button = Go on
link-enrol-done-title = Sign in to set up your second factor
link-enrol-done-text = Go back to the application and sign in. You are asked for your password first.
