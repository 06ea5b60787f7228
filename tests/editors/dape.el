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

(defun test-evaluate (conn frame expression)
  "The body of the answer to EXPRESSION in FRAME."
  (let (body)
    (dape--evaluate-expression conn (plist-get frame :id) expression "repl"
                               (lambda (answer &rest _) (setq body answer)))
    (test-wait expression (lambda () body))
    body))

(defun test-portion (conn object from rest)
  "OBJECT's children begin with FROM and end with an entry for the REST, which is returned."
  (test-ask "a portion" (lambda (then) (dape--variables conn object then)))
  (let ((children (plist-get object :variables)))
    (test-expect "children" (length children) 101)
    (test-expect "first" (plist-get (car children) :name) from)
    (test-expect "rest" (plist-get (car (last children)) :value) rest)
    (car (last children))))

(defun test-frame (what line)
  "Wait for a stop at LINE and return its frame."
  (test-wait what (lambda ()
                    (when-let* ((conn (dape--live-connection 'stopped t))
                                (frame (dape--current-stack-frame conn)))
                      (and (equal (plist-get frame :line) line) frame)))))

(defun test-page ()
  (find-file "page.nse")
  (search-forward "http.get")
  (let ((line (line-number-at-pos)) frame conn)
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
    (test-expect "evaluation" (plist-get (test-evaluate conn frame "response.status") :result) "200")
    ;; A client that does not page gets a long table in portions.
    (let ((table (test-evaluate conn frame "{(' '):rep(250):byte(1, -1)}")))
      (test-portion conn (test-portion conn table "[1]" "150 more") "[101]" "50 more"))
    (dape-continue conn)
    (test-wait "the end of the scan" (lambda () (not (dape--live-connection 'last t))))
    (test-expect-report "*dape-repl*")))

(test-page)
(message "dape: breakpoint, frames, scopes, step, evaluate, end: ok")
;;; dape.el ends here
