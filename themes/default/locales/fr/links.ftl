### Les liens d’e-mails qui font une seule chose.

link-unlock-title = Débloquer votre compte
link-unlock-text = Votre compte a été bloqué parce qu’un mauvais mot de passe a été saisi trop souvent. Si c’était vous, débloquez-le maintenant.
link-unlock-button = Débloquer mon compte
link-unlock-done-title = Votre compte est débloqué
link-unlock-done-text = Retournez à l’application et connectez-vous.
link-not-me-title = Ce n’était pas vous ?
link-not-me-text = Si vous n’avez pas fait ce que dit le message, quelqu’un d’autre utilise peut-être votre compte. Toutes les sessions prennent fin maintenant et vous choisissez un nouveau mot de passe.
link-not-me-button = Terminer toutes les sessions et choisir un nouveau mot de passe
link-enrol-title = Configurer votre second facteur
link-enrol-text = Connectez-vous avec votre mot de passe, puis choisissez comment confirmer que c’est bien vous.
link-enrol-button = Continuer
link-enrol-done-title = Connectez-vous pour configurer votre second facteur
link-enrol-done-text = Retournez à l’application et connectez-vous. Votre mot de passe vous est demandé d’abord.
