### Komma in första gången, komma in igen, och ett nytt lösenord.

## Glömt lösenordet

forgot-title = Har du glömt lösenordet?
forgot-text = Ange din e-postadress eller ditt användarnamn. Vi skickar en länk så att du kan välja ett nytt lösenord.
forgot-submit = Skicka länk
forgot-sent-title = Titta i din e-post
forgot-sent-text = Om det finns ett konto har vi skickat ett meddelande till dess e-postadress. Det kan ta några minuter.
forgot-nothing = Kom det inget?
forgot-nothing-spam = Titta i skräpposten.
forgot-nothing-other = Försök med en annan adress eller ett annat användarnamn som du kan ha använt.
forgot-nothing-ask = Fråga din administratör.
forgot-off-text = Här är det administratören som bestämmer lösenord. Be om ett nytt där.
forgot-back = Tillbaka till inloggningen

## Inbjudningar

invite-title = Du är inbjuden
invite-by = { $name } bjuder in dig.
invite-for = Du kommer att företräda { $customer }.
invite-accept = Tacka ja
invite-decline = Tacka nej
invite-sign-in-text = Du har redan ett konto här. Logga in med det för att tacka ja.
invite-sign-in = Logga in och tacka ja
invite-other-text = Inbjudan gällde ett annat konto. Logga ut och öppna länken en gång till.
invite-other-button = Logga ut
invite-password-saved-title = Ditt lösenord är sparat
invite-password-saved-text = Gå till tjänsten och logga in med det.
invite-joined-title = Du har tackat ja
invite-joined-text = Från och med nästa inloggning kan du företräda { $customer }.
invite-declined-title = Du har tackat nej
invite-declined-text = Du kommer inte att företräda { $customer }. Du kan stänga fönstret.

## Byta lösenord

change-title = Byt lösenord
change-forced-title = Välj ett nytt lösenord
change-temporary-text = Du loggade in med ett tillfälligt lösenord. Välj ett eget för att gå vidare.
change-rules-text = { $customer } kräver ett starkare lösenord än ditt. Välj ett nytt för att gå vidare.
change-customers = Det är lösenordet för alla dessa företag:
change-others-end = Alla andra webbläsare och tjänster loggas ut.
change-done-title = Ditt lösenord är bytt
change-done-text = Alla andra webbläsare och tjänster är utloggade.
change-off-text = Här är det administratören som bestämmer lösenord. Be om ett nytt där.
current-password = Nuvarande lösenord
temporary-password = Tillfälligt lösenord
problem-current-password-missing = Ange lösenordet som du har nu.
problem-current-password-rejected = Lösenordet stämmer inte, eller så är kontot låst en stund.
problem-password-same = Det är lösenordet du har. Välj ett annat.
