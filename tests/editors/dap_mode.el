;;; dap_mode.el --- dap-mode in batch, with editors/emacs/nsedbg-dap-mode.el -*- lexical-binding: t -*-
;; In a folder with page.nse:
;;   TARGET_PORT=8000 emacs --batch -l nsedbg-dap-mode.el -l expect.el -l dap_mode.el
;; Status 0, or an error with what went wrong.

(defun test-request (command arguments)
  "The body of the answer to COMMAND."
  (let (answer)
    (dap--send-message (dap--make-request command arguments)
                       (lambda (response) (setq answer response))
                       (dap--cur-session))
    (test-wait command (lambda () answer))
    (unless (eq (gethash "success" answer) t)
      (error "%s: %s" command (gethash "message" answer)))
    (gethash "body" answer)))

(defun test-named (name items)
  "The one of ITEMS that has this NAME."
  (or (seq-find (lambda (item) (equal (gethash "name" item) name)) items)
      (error "Nothing named %s" name)))

(defun test-frame (what line)
  "Wait for a stop at LINE and return its frame."
  (test-wait what (lambda ()
                    (let ((frame (dap--debug-session-active-frame (dap--cur-session))))
                      (and frame (equal (gethash "line" frame) line) frame)))))

(defun test-page ()
  (find-file "page.nse")
  (search-forward "http.get")
  (beginning-of-line)
  (let ((line (line-number-at-pos)) frame scopes locals)
    (dap-breakpoint-add)
    (dap-debug (append (copy-tree (cdr (assoc "Debug NSE script" dap-debug-template-configurations)))
                       (list :target "127.0.0.1" :ports (getenv "TARGET_PORT"))))
    (setq frame (test-frame "the breakpoint" line))
    (test-expect "frame" (gethash "name" frame) "action")
    (setq scopes (gethash "scopes" (test-request "scopes" (list :frameId (gethash "id" frame)))))
    (test-named "NSE" scopes)
    (setq locals (gethash "variables"
                          (test-request "variables"
                                        (list :variablesReference
                                              (gethash "variablesReference" (test-named "Locals" scopes))))))
    (test-expect "path" (gethash "value" (test-named "path" locals)) "\"/index\"")
    (dap-next (dap--cur-session))
    (setq frame (test-frame "the step over the network call" (1+ line)))
    (test-expect "evaluation"
                 (gethash "result" (test-request "evaluate" (list :expression "response.status"
                                                                  :frameId (gethash "id" frame)
                                                                  :context "repl")))
                 "200")
    (let ((session (dap--cur-session)))
      (dap-continue session (dap--debug-session-thread-id session))
      (test-wait "the end of the scan" (lambda () (not (dap--session-running session))))
      (test-expect-report (dap--debug-session-output-buffer session)))))

(setq dap-auto-show-output nil
      dap-auto-configure-features nil)
(test-page)
(message "dap-mode: breakpoint, frames, scopes, step, evaluate, end: ok")
;;; dap_mode.el ends here
