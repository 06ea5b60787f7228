;;; dape.el --- dape in batch, with editors/emacs/nsedbg-dape.el -*- lexical-binding: t -*-
;; In a folder with page.nse:
;;   TARGET_PORT=8000 emacs --batch -l nsedbg-dape.el -l expect.el -l dape.el
;; Status 0, or an error with what went wrong.

(defun test-ask (what ask)
  "Wait for what ASK, a function of a continuation, gives it."
  (let (done)
    (funcall ask (lambda (&rest _) (setq done t)))
    (test-wait what (lambda () done))))

(defun test-named (name items)
  "The one of ITEMS that has this NAME."
  (or (seq-find (lambda (item) (equal (plist-get item :name) name)) items)
      (error "Nothing named %s in %S" name items)))

(defun test-frame (what line)
  "Wait for a stop at LINE and return its frame."
  (test-wait what (lambda ()
                    (when-let* ((conn (dape--live-connection 'stopped t))
                                (frame (dape--current-stack-frame conn)))
                      (and (equal (plist-get frame :line) line) frame)))))

(defun test-page ()
  (find-file "page.nse")
  (search-forward "http.get")
  (let ((line (line-number-at-pos)) frame conn body)
    (dape-breakpoint-toggle)
    (dape (dape--config-eval 'nsedbg `(:target "127.0.0.1" :ports ,(getenv "TARGET_PORT"))))
    (setq frame (test-frame "the breakpoint" line)
          conn (dape--live-connection 'stopped))
    (test-expect "frame" (plist-get frame :name) "action")
    (test-ask "scopes" (lambda (then) (dape--scopes conn frame then)))
    (test-named "NSE" (plist-get frame :scopes))
    (let ((locals (test-named "Locals" (plist-get frame :scopes))))
      (test-ask "variables" (lambda (then) (dape--variables conn locals then)))
      (test-expect "path" (plist-get (test-named "path" (plist-get locals :variables)) :value)
                   "\"/index\""))
    (dape-next conn)
    (setq frame (test-frame "the step over the network call" (1+ line)))
    (dape--evaluate-expression conn (plist-get frame :id) "response.status" "repl"
                               (lambda (answer &rest _) (setq body answer)))
    (test-wait "the value" (lambda () body))
    (test-expect "evaluation" (plist-get body :result) "200")
    (dape-continue conn)
    (test-wait "the end of the scan" (lambda () (not (dape--live-connection 'last t))))
    (test-expect-report "*dape-repl*")))

(test-page)
(message "dape: breakpoint, frames, scopes, step, evaluate, end: ok")
;;; dape.el ends here
