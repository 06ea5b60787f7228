;;; expect.el --- what the tests of dap-mode and dape share -*- lexical-binding: t -*-

(setq enable-local-variables nil)

(defun test-wait (what condition)
  "Wait until CONDITION gives something, and return that; WHAT is for the error."
  (let ((deadline (+ (float-time) 180)) result)
    (while (not (setq result (funcall condition)))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    result))

(defun test-expect (what got wanted)
  "Fail unless GOT is WANTED; WHAT is for the error."
  (unless (equal got wanted) (error "%s: expected %S, got %S" what wanted got)))

(defun test-expect-report (buffer)
  "Fail unless nmap's report, with the script's line, is in BUFFER."
  (with-current-buffer buffer
    (goto-char (point-min))
    (unless (search-forward "/index has status 200" nil t)
      (error "Nmap's report lacks the script's line: %s" (buffer-string)))))

;;; expect.el ends here
