# Privacy

privacy-title = Privacy
privacy-intro = Which personal data the verification uses, what for, and how they are protected.
privacy-what = What is used
privacy-what-typed = What you enter here: the SMS code, the mobile number and the last six characters of the document number. They serve to check this verification and nothing else.
privacy-what-filed = What the access provider reported: names, mobile numbers and document numbers of the responsible people, and so on. They serve to send the messages, to check the answers, and for the review by the administration.
privacy-what-network = The block of network addresses you come from: only to limit too many requests; the full address is not kept.
privacy-protect = How it is protected
privacy-protect-stored = Mobile and document numbers are stored encrypted; of a code only a check value is stored, from which it cannot be recovered.
privacy-protect-shown = Pages show mobile numbers without their middle four digits only; personal data stand in no address and no log.
privacy-protect-others = This site uses nothing from other sites, has no advertising and does not track you.
privacy-who = Who can see it
privacy-who-text = The filing was reported by your access provider; after the verification it goes to the communications administration of the province for review.
privacy-cookies = What your browser keeps
privacy-cookie-answer = The answer to a form: encrypted, for 10 minutes, so that what you entered is still there after a mistake and the result can be shown.
privacy-cookie-view = Display settings: language, type size and colours; only if you have chosen them, for one year.
privacy-rights = Your rights
privacy-rights-text = Through the access provider that handles your filing, or from whoever runs this system, you can ask to see, correct or erase your data. An ended filing can be erased early if you ask; an open one has to be withdrawn first. What the law requires to be kept is kept as it says.
privacy-kept = How long it is kept
