### Länkar i mejl som gör en sak.

link-unlock-title = Lås upp ditt konto
link-unlock-text = Ditt konto låstes eftersom fel lösenord angavs för många gånger. Om det var du kan du låsa upp det nu.
link-unlock-button = Lås upp mitt konto
link-unlock-done-title = Ditt konto är upplåst
link-unlock-done-text = Gå tillbaka till tjänsten och logga in.
link-not-me-title = Var det inte du?
link-not-me-text = Om du inte har gjort det som står i meddelandet kan någon annan använda ditt konto. Alla sessioner avslutas nu och du väljer ett nytt lösenord.
link-not-me-button = Avsluta alla sessioner och välj ett nytt lösenord
link-enrol-title = Lägg till en andra faktor
link-enrol-text = Logga in med ditt lösenord och välj sedan hur du bekräftar att det är du.
link-enrol-button = Fortsätt
link-enrol-done-title = Logga in för att lägga till din andra faktor
link-enrol-done-text = Gå tillbaka till tjänsten och logga in. Först får du ange ditt lösenord.
