# The two forms: verify, and resend the message

verify-title = SMS verification
verify-intro = If you are a responsible person and received a filing verification message, complete the verification here while the code is valid.
verify-other-way = No message, or you lost the code?
verify-other-link = Resend the message
resend-title = Resend the message
resend-intro = If the message did not arrive, or you lost the code, you can ask for a new one here. Once the new code is sent, the earlier codes stop working at once.
resend-other-way = Already have a message?
resend-other-link = Enter the code

code-label = SMS code
code-hint = The { $length } digits in the message from { $senders }. You may paste the whole message.
phone-label = Mobile number
phone-hint = The number of the responsible person who got the message, not the emergency number.
id-label = Last six characters of the document number
id-hint = The last six characters of the document that this person used for the filing (resident identity card, passport, Mainland Travel Permit for Hong Kong and Macao residents, and so on).
id-help-title = What if the number has letters or brackets?
id-help-letter = If it ends in X, enter X; upper or lower case makes no difference.
id-help-bracket = Each bracket counts as one character. Please use full-width brackets, such as （8）.
id-help-back = With a Mainland Travel Permit for Hong Kong and Macao residents: for filings in { $provinces }, the last six characters of the Hong Kong or Macao identity card number on the back; for filings elsewhere, those of the permit number on the front.
captcha-label = Picture check
captcha-hint = The { $length } characters in the picture; upper or lower case makes no difference. If it is hard to read, enlarge it, or press "New picture" below.
captcha-image = Picture with { $length } letters or digits
captcha-zoom = Enlarge the picture
captcha-refresh = New picture
submit = Submit

# Mistakes in the form
summary-title = Please correct the following
error-prefix = { "Error: " }
error-code-missing = Enter the SMS code
error-code-malformed = The SMS code has { $length } digits. Compare with the message and enter it again
error-code-ambiguous = There is more than one group of { $length } digits. Enter only the code
error-phone-missing = Enter the mobile number
error-phone-malformed = The mobile number has 11 digits and begins with 1
error-id-missing = Enter the last six characters of the document number
error-id-malformed = Enter exactly 6 digits, letters or brackets of the document number
error-captcha-missing = Enter the characters in the picture, or the digits that are spoken
error-captcha-wrong = The characters were not right. Enter those of the new picture or speech
error-captcha-expired = The check was too old. Enter what the new picture or speech says

# After submitting
too-many = Too many submissions. Please try again after { $time }
too-many-detail = This submission was not processed and does not count as an attempt.
wrong-code = The mobile number and the document characters are right; the SMS code is not.{ " " }
wrong-code-left = Attempts left: { $left }. Please complete the verification before { $deadline }.
wrong-id = The mobile number and the SMS code are right; the document characters are not. Please compare with the document that was used for the filing.
wrong-superseded = This is an earlier code and no longer works. Please use the code in the newest message. This submission does not count as an attempt.
check-title = Please check each of these
check-code = SMS code: the { $length } digits in the newest message
check-phone = Mobile number: that of the responsible person in the filing, not the emergency number
check-id = Last six characters: of the document that was used for the filing
check-reported = The filing may not have been handed over to the administration yet: ask your access provider, and try again later
check-returned = If the filing was returned and reported again, use the new code that you got then

# Clocks that were stopped (DDL-06)
notice-outage = From { $from } to { $until } messages or these pages were out of order. The deadlines of those concerned have moved by as much; the pages show them.
