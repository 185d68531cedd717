### The source of all texts. A key is never reused for another meaning; numbers choose plurals, names are put in as they are.

direction = ltr
language-name = English

## Every page

title-error = Error:
demo-ribbon = Demo — for trying out only
language-menu = Language
footer-privacy = Privacy
footer-terms = Terms
footer-support = Support
footer-imprint = Legal notice
continue-to = to continue to { $client }
continue-to-client = Continue to { $client }
continue = Continue
back = Go back
back-to = Back to { $client }
try-again = Try again
start-again = Start again
search = Search
signed-in-as = Signed in as { $account }
other-account = Use another account
show-password = Show password

## Forms

username = Email or user name
password = Password
new-password = New password
name = Your name
email = Email
summary-title = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
problem-sign-in-rejected = The user name or password is not right, or the account is locked for a while.
problem-username-missing = Enter your email or user name.
problem-password-missing = Enter your password.
problem-form-stale = This page was open for too long. Please send it once more.
problem-customer-missing = Choose the company you want to act for.
problem-name-missing = Enter your name.
problem-email-malformed = Enter an email address, such as name@company.com.
problem-email-taken = This email address is already in use. Enter another one.
problem-new-password-missing = Enter a new password.
problem-password-short = { $count ->
    [one] Use at least { $count } character.
   *[other] Use at least { $count } characters.
}
problem-password-long = { $count ->
    [one] Use at most { $count } character.
   *[other] Use at most { $count } characters.
}
problem-password-weak = This password is too easy to guess. Add another word or two.
problem-password-common = This is one of the passwords that everybody tries. Choose another one.
problem-password-personal = This password is made of names that others know. Choose words that have nothing to do with you.
problem-password-breached = This password has appeared in a data leak, so others try it. Choose another one.
problem-password-pattern = This password does not have the form that your administrator asks for.

## Sign in

sign-in = Sign in
sign-in-title = Sign in
remember-me = Keep me signed in
forgot-password = Forgot password?
reauth-title = Confirm it’s you
not-you = Not you?
notice-restarted = The last sign-in took too long, so this is a new one. Nothing is lost.
notice-password-saved = Your new password is saved. Sign in with it now.
already-title = You are signed in already
already-text = You can continue, or close this window.
expired-title = This sign-in took too long
expired-text = Start again — nothing is lost.
expired-text-alone = Go back to the application and start again — nothing is lost.
throttled-title = Too many attempts
throttled-minutes = { $minutes ->
    [one] You can try again in { $minutes } minute.
   *[other] You can try again in { $minutes } minutes.
}
throttled-hours = { $hours ->
    [one] You can try again in { $hours } hour.
   *[other] You can try again in { $hours } hours.
}

## Choose an account, choose a company

account-title = Choose an account
customer-title = Choose a company
customer-search = Search by name, code or city
customer-found = { $count } of { $total } companies
customer-none = No company matches.
customer-all = Show all companies
customer-remember = Remember this for { $client }
customer-remember-alone = Remember my choice
last-used = { $days ->
    [0] Used today
    [1] Used yesterday
   *[other] Used { $days } days ago
}
no-access-title = No access
no-access-text = Your account has no access to { $client }.
no-access-text-alone = Your account has no access to this application.
no-access-ask = Ask your administrator.
no-access-ask-of = Ask the administrator of { $customer }.
no-access-contact = Contact: { $contact }

## Consent

consent-title = Allow { $client }?
consent-for = acting for { $customer }
consent-wants = It would be able to
consent-life-once = This access ends after { $time }.
consent-life-session = This access ends when you sign out here, or after { $time } at the latest.
consent-life-offline = This access goes on after you have signed out, for { $time } at most.
consent-life-offline-idle = This access goes on after you have signed out, for { $time } at most. It ends earlier if it is not used for { $unused }.
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
consent-claims = See exactly what is shared
consent-read = About { $client }:
consent-policy = Privacy policy
consent-terms = Terms of use
allow = Allow
deny = Deny
scope-openid = know that it is you when you come back
scope-profile = see your name and profile details
scope-email = see your email address
scope-phone = see your phone number
scope-address = see your postal address
scope-customer = see the company you act for
scope-customer-any = act for any of your companies
scope-customers = see the list of your companies
scope-roles = see your roles
scope-groups = see the groups you belong to
scope-permissions = see what you are permitted to do
scope-license-read = see your licences
scope-license-activate = activate your licences on this device
scope-license-release = release licences you have activated
scope-license-download = download software you are licensed for
scope-offline-access = keep this access while you are away
scope-administration = manage this service on your behalf: { $scope }
scope-other = use “{ $scope }” on your behalf
yes = Yes
no = No
claim-sub = Identifier
claim-name = Name
claim-given_name = First name
claim-family_name = Last name
claim-middle_name = Middle name
claim-nickname = Nickname
claim-preferred_username = User name
claim-picture = Picture
claim-website = Website
claim-gender = Gender
claim-birthdate = Date of birth
claim-zoneinfo = Time zone
claim-locale = Language
claim-updated_at = Last changed
claim-email = Email
claim-email_verified = Email verified
claim-phone_number = Phone number
claim-phone_number_verified = Phone number verified
claim-address = Address
claim-customer_id = Company identifier
claim-customer_code = Company code
claim-customer_name = Company
claim-reference_id = Contact identifier
claim-reference_name = Contact
claim-contact_role = Role at the company
claim-customers = Companies
claim-roles = Roles
claim-groups = Groups
claim-permissions = Permissions

## Going on, signing out

form-post-title = One moment
form-post-text = You are being taken to { $client }. If nothing happens, continue here.
form-post-text-alone = You are being taken back to the application. If nothing happens, continue here.
sign-out = Sign out
sign-out-title = Sign out
sign-out-question = Do you want to sign out?
sign-out-clients = You will also be signed out of:
stay-signed-in = Stay signed in
still-title = You are still signed in
still-text-alone = Go back to the application, or close this window.
signed-out-title = You are signed out
signed-out-text = You can close this window.
sign-in-again = Sign in again

## Passwords by link, first administrator

first-password-title = Set your password
new-password-title = Set a new password
password-for = for { $account }
password-advice = Several unrelated words make a good password. Any character may be used, spaces too.
rule-length = { $count ->
    [one] At least { $count } character
   *[other] At least { $count } characters
}
rule-strength-acceptable = Strength: at least “acceptable”
rule-strength-average = Strength: at least “average”
rule-strength-strong = Strength: at least “strong”
rule-strength-excellent = Strength: “excellent”
rule-not-common = Not one of the most common passwords
rule-not-personal = Not made of your name, your company or this product
rule-not-breached = Not known from a data leak
rule-pattern = In the form that your administrator asks for
rule-broken = Not met:
rule-met = Met:
save-password = Save password
password-saved-title = Your password is saved
password-saved-text = Sign in with your new password.
password-saved-text-alone = Go back to the application and sign in with it.
link-expired-title = This link has been used or is too old
link-expired-text = Ask for a new one.
link-expired-ask = Ask whoever sent it to you for a new one.
link-expired-again = Send a new one
setup-title = Set up Usher
setup-text = Create the first administrator. You can add others later.
setup-email-hint = You will sign in with it.
setup-submit = Create administrator
setup-done-title = Usher is set up
setup-done-text = Sign in as { $account } from now on, with the password you have just chosen.

## Errors

incident-code = Error
incident-id = Reference
incident-time = Time
error-request = This link did not work
error-request-text = The application sent something we cannot answer. Go back and try again; if it happens again, tell the application’s support the reference below.
error-unknown-client = This application is not known here
error-unknown-client-text = The link may be old, or the application may have been switched off. Ask whoever gave you the link.
error-cookie-lost = Your browser did not bring its cookie
error-cookie-lost-text = Allow cookies for this site, then go back to the application and start again. Nothing is lost.
error-forbidden = This could not be accepted
error-forbidden-text = The page you came from was too old or not one of ours. Go back and try again.
error-not-found = There is nothing here
error-not-found-text = The address may be mistyped or out of date.
error-method-not-allowed = This does not work here
error-method-not-allowed-text = The address exists but is used another way. Go back and try again.
error-gone = This is no longer here
error-gone-text = It has been removed, or the link has been used.
error-too-large = That was too much at once
error-too-large-text = More was sent than we accept. Go back and send less.
error-internal = Something broke on our side
error-internal-text = We have noted it as { $id }. Please try again in a moment.
error-unavailable = Too busy at the moment
error-unavailable-text = Nothing is lost. Please try again in a minute.
maintenance-title = Back in a moment
maintenance-text = Sign-in is not available right now. Nothing is lost; please try again in a few minutes.

## Errors, for developers

developer-title = { $client } could not start the sign-in
developer-received = Received
developer-registered = Registered
developer-fix = Fix
developer-rule = Rule
developer-only = You see these details because the client is registered with environment = "development".
mistake-redirect-uri = The redirect URI is not registered for this client.
mistake-redirect-uri-missing = The request has no redirect URI.
mistake-post-logout-redirect-uri = The address to return to after signing out is not registered for this client.
mistake-id-token-hint = The ID token in the request is not one of this client’s.
mistake-client-disabled = This client is switched off.
mistake-parameter = This parameter is sent twice or cannot be read.
fix-redirect-uri = Add the received address to redirect_uris of the client, or send the registered one.
fix-redirect-uri-missing = Send redirect_uri, exactly as it is registered.
fix-post-logout-redirect-uri = Add the received address to post_logout_redirect_uris of the client, or send a registered one.
fix-id-token-hint = Send the ID token that this client received last, as it was received.
fix-client-disabled = Set active = true for the client.
fix-parameter = Send it once, encoded as application/x-www-form-urlencoded.
rule-redirect-uri = Exact match of strings; only the port of a loopback address may differ (RFC 9700, section 4.1.3; RFC 8252, section 7.3).
rule-redirect-uri-missing = redirect_uri is required (OpenID Connect Core, section 3.1.2.1).
rule-post-logout-redirect-uri = Exact match of strings (OpenID Connect RP-Initiated Logout, section 3).
rule-id-token-hint = The token was issued here, to this client (OpenID Connect RP-Initiated Logout, section 4).
rule-client-disabled = A client that is switched off receives nothing.
rule-parameter = A parameter appears at most once (RFC 6749, section 3.1).
difference-trailing_slash = differs by a slash at the end
difference-host_case = differs in capital letters of the scheme or host
difference-encoding = differs in percent-encoding
difference-localhost_or_loopback = localhost and 127.0.0.1 are two different hosts
difference-port = differs in the port
difference-scheme = differs in http and https
difference-query = differs in the query
difference-fragment = the received one has a fragment, which is not allowed
difference-user_info = the received one has a user name, which is not allowed
difference-path_case = differs in capital letters of the path
difference-path = differs in the path
difference-host = differs in the host
difference-several = differs in several parts
difference-not_a_uri = the received one is not an absolute URI

## For whoever sets Usher up

outbox-title = Outbox
outbox-text = Messages that are written here, and where they stand. While no mail server is set up, none leaves this machine.
outbox-to = To
outbox-from = From
outbox-subject = Subject
outbox-time = Time
outbox-state = State
outbox-state-queued = Waiting
outbox-state-sending = On its way
outbox-state-sent = Sent
outbox-state-failed = Given up
outbox-state-expired = Too old
outbox-state-held = Held until mail is set up
outbox-state-captured = Captured
outbox-frame = The mail, as a mail program shows it
outbox-mail = Mail
outbox-sms = SMS
outbox-older = Older messages
outbox-empty = Nothing yet. Mail and SMS appear here as soon as they are written.
outbox-html = Source of the HTML part
outbox-back = All messages
gallery-title = All pages
gallery-text = Every page in every state and language, filled with samples.
gallery-page = Page
gallery-state = State

## Second factors

factor-title = Confirm it’s you
factor-method = Method
method-passkey = Passkey
method-totp = Authenticator app
method-sms = Text message
method-email = Email
method-recovery = Recovery code
method-how-passkey = With your fingerprint, face or screen lock
method-how-totp = A six-digit code from your app
method-how-sms = A code to your phone
method-how-email = A code to your mailbox
method-how-recovery = If you have lost everything else
method-why-passkey = Safest, and the quickest: your fingerprint, face or screen lock
method-why-totp = A code from an app on your phone, also without a network
method-why-sms = A code to your phone
other-way = Try another way
other-company = Act for another company
trust-device = Trust this device for { $time }
confirm = Confirm
later = Later
code-label = Code
code-recovery-label = Recovery code
code-totp = Enter the code that your authenticator app shows.
code-recovery = Enter one of the recovery codes that you stored. Each works once.
code-sent = A code is on its way to { $target }.
code-unsent = We can send a code to { $target }.
code-send = Send the code
code-wait-seconds = { $count ->
    [one] You can ask for another code in { $count } second.
   *[other] You can ask for another code in { $count } seconds.
}
code-wait-minutes = { $count ->
    [one] You can ask for another code in { $count } minute.
   *[other] You can ask for another code in { $count } minutes.
}
code-wait-hours = { $count ->
    [one] You can ask for another code in { $count } hour.
   *[other] You can ask for another code in { $count } hours.
}
code-resend = Send a new code
use-passkey = Use passkey
sign-in-passkey = Sign in with a passkey
passkey-prove-text = Your device will ask for your fingerprint, face or screen lock.
passkey-needs-script = Passkeys need JavaScript. Switch it on, or try another way.
passkey-unsupported = This browser cannot use passkeys here. Try another way.
passkey-not-done = The passkey was not used. Try again when you are ready.
enrol-title = Make your sign-in safer
enrol-forced = A second step is required here. Choose one to set up.
enrol-optional = Add a second step, so that a password alone opens nothing.
enrol-until = You can put this off until
enrol-totp-title = Set up an authenticator app
enrol-totp-text = Scan this code with an authenticator app, then enter the code that it shows.
enrol-totp-hint = Six digits from the app
totp-qr = QR code for the authenticator app
totp-secret = Or enter this key in the app:
totp-link = Open the app on this device
enrol-passkey-title = Create a passkey
enrol-passkey-text = A passkey stays on your devices and cannot be guessed or phished. You use it with your fingerprint, face or screen lock.
create-passkey = Create passkey
recovery-title = Keep your recovery codes
recovery-text = They let you in if you lose your device. Each works once. Print them or put them in a password manager: they are not shown again.
recovery-stored = I have stored them
recovery-copy = Copy
recovery-copied = The codes are on the clipboard.
recovery-download = Download
recovery-print = Print
recovery-used-title = You used a recovery code
recovery-left = { $count ->
    [0] It was your last one.
    [one] You have { $count } code left.
   *[other] You have { $count } codes left.
}
recovery-renew-text = If you lost your device, remove it and set up another one. New codes replace those that are left.
recovery-renew = Make new codes
name-passkey-title = Name your passkey
name-passkey-text = So that you recognise it later among others. It works already.
name-passkey-label = Name
name-passkey-save = Save
problem-factor-name-missing = Enter a name.
problem-code-missing = Enter the code.
problem-code-wrong = That code did not work. Codes change every 30 seconds.
problem-code-used = That code has been used already. Wait for the next one.
problem-recovery-wrong = That recovery code did not work. Each works once.
problem-code-gone = That code no longer works. Ask for a new one.
problem-sent-code-wrong = That code did not work. Use the one in the newest message.
problem-code-soon = Another code cannot be sent yet.
problem-code-unsendable = No code can be sent there now. Try another way, or ask your administrator.
problem-factor-locked = { $count ->
    [one] Too many wrong codes. You can try again in { $count } minute, or another way now.
   *[other] Too many wrong codes. You can try again in { $count } minutes, or another way now.
}
problem-factor-blocked = Too many wrong codes. Use another way, or ask your administrator.
problem-method-missing = Choose a method.
problem-passkey-failed = That passkey did not work. Try again, or another way.
problem-passkey-exists = There is a passkey for this account on that device already.
problem-enrolment-gone = That took too long, so it begins again.
