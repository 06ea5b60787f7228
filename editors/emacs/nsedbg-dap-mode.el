;;; nsedbg-dap-mode.el --- dap-mode debugs .nse files -*- lexical-binding: t -*-
;; Load it, set breakpoints with M-x dap-breakpoint-toggle, start with M-x dap-debug.
(require 'dap-mode)
(require 'dap-ui)
(add-to-list 'auto-mode-alist '("\\.nse\\'" . lua-mode))

(dap-register-debug-provider
 "nse"
 (lambda (conf)
   (dap--put-if-absent conf :dap-server-path '("nsedbg" "dap"))
   (dap--put-if-absent conf :script (buffer-file-name))
   (dap--put-if-absent conf :target (read-string "Target: " "127.0.0.1"))))
(dap-register-debug-template
 "Debug NSE script" (list :type "nse" :request "launch" :name "Debug NSE script"))

(provide 'nsedbg-dap-mode)
;;; nsedbg-dap-mode.el ends here
