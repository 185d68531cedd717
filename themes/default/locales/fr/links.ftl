### Les liens d’e-mails qui font une seule chose.

link-unlock-title = Débloquer votre compte
link-unlock-text = Votre compte a été bloqué parce qu’un mauvais mot de passe a été saisi trop souvent. Si c’était vous, débloquez-le maintenant.
link-unlock-button = Débloquer mon compte
link-unlock-done-title = Votre compte est débloqué
link-unlock-done-text = Retournez à l’application et connectez-vous.
link-not-me-title = Ce n’était pas vous ?
link-not-me-text = Si vous n’avez pas fait ce que dit le message, quelqu’un d’autre utilise peut-être votre compte. Toutes les sessions prennent fin maintenant et vous choisissez un nouveau mot de passe.
link-not-me-button = Terminer toutes les sessions et choisir un nouveau mot de passe
link-verify-email-title = Confirmer votre adresse e-mail
link-verify-email-text = Vous serez désormais joignable à l’adresse de cette boîte aux lettres et pourrez vous connecter avec elle. Si vous n’avez rien demandé, fermez cette page.
link-verify-email-button = Confirmer l’adresse
link-verify-email-done-title = Votre adresse e-mail est confirmée
link-verify-email-done-text = Vous pouvez fermer cette fenêtre.
link-undo-email-title = Annuler la modification ?
link-undo-email-text = Si ce n’est pas vous qui avez modifié l’adresse e-mail, quelqu’un d’autre utilise peut-être votre compte. Il retrouve son ancienne adresse, toutes les sessions prennent fin, ce qui y a été ajouté depuis est supprimé, et vous choisissez un nouveau mot de passe.
link-undo-email-button = Annuler la modification et choisir un nouveau mot de passe
link-enrol-title = Configurer votre second facteur
link-enrol-text = Connectez-vous avec votre mot de passe, puis choisissez comment confirmer que c’est bien vous.
link-enrol-button = Continuer
link-enrol-done-title = Connectez-vous pour configurer votre second facteur
link-enrol-done-text = Retournez à l’application et connectez-vous. Votre mot de passe vous est demandé d’abord.
