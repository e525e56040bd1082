# The home page, and pages of the sandbox

home-intro = If you are a responsible person and received a filing verification message, this is where you complete it.
home-verify = You have the message: enter the code, the mobile number and the last six characters of the document number.
home-resend = No message, or you lost the code: get a new one.
home-help = Who has to verify, why no message came, what to do if the mobile number has changed.
home-inbox = Read all messages that the sandbox has sent.
home-try-title = Try it
home-try-report = Report a filing through the provider's interface:
home-try-read = Open the SMS inbox and read the codes that the two people got.
home-try-verify = On the page for verification enter the code, the mobile number and the last six characters of the document number. In the example these are { $first } and { $second }.

inbox-title = SMS inbox
inbox-intro = The messages that the sandbox has sent, the newest first.
inbox-filter = Only this mobile number
inbox-show = Show
inbox-all = Show all
inbox-refresh-on = Reload every 5 seconds
inbox-refresh-off = Stop reloading
inbox-empty = No messages yet. Report a filing, and they appear here.
inbox-none = This mobile number has got no message yet.
inbox-more = Only the newest { $count } messages are shown.
inbox-message = Message { $number }
inbox-to = To
inbox-sender = From
inbox-state = State
state-queued = Waiting
state-submitted = Submitted
state-delivered = Delivered
state-failed = Failed
state-unknown = Not known

received-title = Webhook receiver
received-intro = Name this address for a webhook, and what it is sent appears here, the newest first:
received-status = The number at its end is the answer: with 500 the message is tried again, with 410 the webhook is switched off.
received-signature = Signature
received-signed = Holds, for { $endpoint } of { $provider }
received-unsigned = Does not hold with any secret of this sandbox
received-answer = Answered
received-empty = Nothing has come yet. Send a test from a webhook in the console, or report a filing.
