### Länkar i mejl som gör en sak.

link-unlock-title = Lås upp ditt konto
link-unlock-text = Ditt konto låstes eftersom fel lösenord angavs för många gånger. Om det var du kan du låsa upp det nu.
link-unlock-button = Lås upp mitt konto
link-unlock-done-title = Ditt konto är upplåst
link-unlock-done-text = Gå tillbaka till tjänsten och logga in.
link-not-me-title = Var det inte du?
link-not-me-text = Om du inte har gjort det som står i meddelandet kan någon annan använda ditt konto. Alla sessioner avslutas nu och du väljer ett nytt lösenord.
link-not-me-button = Avsluta alla sessioner och välj ett nytt lösenord
link-verify-email-title = Bekräfta din e-postadress
link-verify-email-text = Från och med nu nås du på den här brevlådans adress och kan logga in med den. Om du inte har bett om det kan du stänga sidan.
link-verify-email-button = Bekräfta adressen
link-verify-email-done-title = Din e-postadress är bekräftad
link-verify-email-done-text = Du kan stänga det här fönstret.
link-undo-email-title = Ta tillbaka ändringen?
link-undo-email-text = Om det inte var du som ändrade e-postadressen kan någon annan använda ditt konto. Det får tillbaka sin gamla adress, alla sessioner avslutas, det som har lagts till sedan dess tas bort och du väljer ett nytt lösenord.
link-undo-email-button = Ta tillbaka ändringen och välj ett nytt lösenord
link-enrol-title = Lägg till en andra faktor
link-enrol-text = Logga in med ditt lösenord och välj sedan hur du bekräftar att det är du.
link-enrol-button = Fortsätt
link-enrol-done-title = Logga in för att lägga till din andra faktor
link-enrol-done-text = Gå tillbaka till tjänsten och logga in. Först får du ange ditt lösenord.
