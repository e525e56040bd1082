# What a verification or a resend came to

filing-name = Filing
filing-province = Administration
next-title = What happens next
now-title = What to do now

partial-ask = Please ask the other responsible people to complete their verification in time.
partial-table = The other people
partial-person = Person
partial-state = State
other-waiting = Message not sent yet
other-open = Not verified yet
other-passed = Verified
other-failed = Failed
other-left = Time left: { $left }
other-deadline = Until { $deadline }
partial-then = When everybody has verified, the filing goes to the administration by itself. There is nothing more for you to do.
partial-or = If somebody is not done by the deadline, the filing goes back to the access provider. After it is reported again everybody has to verify again, also those who were done.
partial-another = Verify another mobile number

complete-review = The filing is now with the administration for review. There is nothing more for you to do.
complete-days = The administration usually decides within { $days } working days.
complete-news = Your access provider will tell you the result.

already-rest = Your part is complete. Your access provider can tell you whether others still have to verify.

failed-attempts = The details were wrong { $limit } times. This verification cannot go on, and its code no longer works.
failed-expired = The verification was not completed by { $deadline }, and its code no longer works.
failed-other = Another person of the same filing did not complete the verification. Yours was cancelled with it, and its code no longer works.
failed-undeliverable = The verification message could not be sent in time. This verification was cancelled.
returned-at = The filing went back to the access provider on { $time }.
return-due = The filing goes back to the access provider on { $time }.
failed-again = When the filing is reported again, everybody gets a new code and has to verify again.
failed-ask = Please ask your access provider about the result, and have the filing reported again.

resent-number = message number { $number }
resent-left = resends left: { $left }
resent-none-left = no resends left
resent-deadline = complete the verification before { $deadline }
resent-arrival-range = A message usually takes { $from } to { $to } minutes to arrive; sometimes it takes longer.
resent-arrival = A message usually takes about { $to } minutes to arrive; sometimes it takes longer.
resent-intercept = If nothing arrives, check whether your phone blocks spam messages.
resent-newest = Please use the code in the newest message. Earlier codes no longer work.
enter-code = Enter the code

limit-valid = The newest code that you already have stays valid until { $deadline }.{ " " }
limit-noon-due = The system sends one more message by itself on { $time }. Please use the new code then.
limit-noon-over = The system sends no more messages by itself. Please use the newest code that you have.
limit-ask = If no message arrives and time may run out, ask your access provider whether the mobile number in the filing is right.

nothing-why = Possible reasons
nothing-reported = The filing has not been handed over to the administration yet. Ask your access provider how it stands; the message comes once it is handed over.
nothing-over = All verifications are complete, or the filing has been returned. Your access provider can tell you the result.

too-soon-wait = The message may still be on its way. When it arrives you can enter the code right away.
