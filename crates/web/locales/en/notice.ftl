# Notices by e-mail (PRO-05)

notice-reported-subject = Your filing was reported to the administration: look out for a text message
notice-returned-subject = Your filing was returned: see why
notice-greeting = Good day,
notice-reported = The filing with the number { $no } was reported to the communications administration of { $province } at { $time }.
notice-reported-next = Whoever has to verify gets a code by text message. Please verify within the time that the message says; otherwise the filing is returned.
notice-returned = The filing with the number { $no } (communications administration of { $province }) was returned to the access provider at { $time }.
notice-returned-next = The page below says why and what can be done. Please talk to the access provider and file again.
notice-progress = Progress: { $link }
notice-ask = If you have a question, ask the access provider: { $name }
notice-ask-phone = Telephone: { $phone }
notice-ask-hours = Hours: { $hours }
notice-ask-link = Web: { $link }
notice-automatic = This mail was sent automatically; please do not reply. Nobody will ever ask you for the code by mail or telephone.
