# The three ways of the captcha: picture, speech, proof of work

captcha-image-link = No picture? See why
captcha-audio = Cannot see the picture? Listen, and enter the { $digits } digits that are spoken (in Chinese) instead of the characters.
captcha-audio-link = Listen to the captcha (in Chinese)
captcha-work = Skip the captcha
captcha-work-hint = Can you neither see the picture nor understand the speech? Let your browser compute for some seconds instead.
captcha-work-busy = Computing, please wait…
captcha-work-done = Done: leave the captcha empty and submit.
captcha-work-failed = That did not work. Please answer the picture or the speech.
