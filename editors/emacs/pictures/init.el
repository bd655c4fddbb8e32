;;; init.el --- What the pictures show -*- lexical-binding: t; -*-

;;; Commentary:

;; The mode as it is, one of the themes that come with Emacs, and what Flymake found at the ends of lines.

;;; Code:

(setq-default truncate-lines t)
(setq inhibit-startup-screen t
      treesit-font-lock-level 4
      flymake-show-diagnostics-at-end-of-line 'short
      project-vc-extra-root-markers '("scale.toml")
      eglot-sync-connect t)
(menu-bar-mode -1)
(load-theme (if (equal (getenv "BACKGROUND") "dark") 'modus-vivendi 'modus-operandi) t)
(add-hook 'prog-mode-hook #'display-line-numbers-mode)

;; Nothing happens before the server has spoken.
(run-with-timer 4 nil (lambda ()
                        (goto-char (point-min))
                        (search-forward "over 5mins")
                        (goto-char (- (point) 5))
                        (recenter)))

;;; init.el ends here
