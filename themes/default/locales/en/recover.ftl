### Getting in for the first time, getting back in, and a new password.

## Forgot password

forgot-title = Forgot your password?
forgot-text = Enter your email or user name. We send you a link to set a new password.
forgot-submit = Send link
forgot-sent-title = Check your email
forgot-sent-text = If an account matches, we have sent a message to its email address. It can take a few minutes.
forgot-nothing = Nothing arrived?
forgot-nothing-spam = Look in your spam folder.
forgot-nothing-other = Try the other address or user name you may have signed up with.
forgot-nothing-ask = Ask your administrator.
forgot-off-text = Passwords are set by your administrator here. Ask them for a new one.
forgot-back = Back to sign in

## Invitations

invite-title = You are invited
invite-by = { $name } invites you.
invite-for = You will act for { $customer }.
invite-accept = Accept
invite-decline = Decline
invite-sign-in-text = You have an account here already. Sign in with it to accept.
invite-sign-in = Sign in to accept
invite-other-text = This invitation was for another account. Sign out, then open the link once more.
invite-other-button = Sign out
invite-password-saved-title = Your password is saved
invite-password-saved-text = Go to the application and sign in with it.
invite-joined-title = You have accepted
invite-joined-text = From your next sign-in on you can act for { $customer }.
invite-declined-title = You have declined
invite-declined-text = You will not act for { $customer }. You can close this window.

## Change of password

change-title = Change your password
change-forced-title = Choose a new password
change-temporary-text = You signed in with a temporary password. Choose one of your own to go on.
change-rules-text = { $customer } asks for a stronger password than yours. Choose a new one to go on.
change-customers = It is the password for all of these:
change-others-end = Every other browser and application is signed out.
change-done-title = Your password is changed
change-done-text = Every other browser and application is signed out.
change-off-text = Passwords are set by your administrator here. Ask them for a new one.
current-password = Current password
temporary-password = Temporary password
problem-current-password-missing = Enter the password you have now.
problem-current-password-rejected = The password is not right, or the account is locked for a while.
problem-password-same = This is the password you have. Choose another one.
