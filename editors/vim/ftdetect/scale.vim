autocmd BufNewFile,BufRead *.scale setfiletype scale
