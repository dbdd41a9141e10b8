# literal(<file> <variable>): the file's text as a raw C++ string. Semicolons and brackets of the file
# pass through: the text is never taken for a list.
function(literal path out)
    file(READ ${path} text)
    set(${out} "R\"text(${text})text\"" PARENT_SCOPE)
endfunction()
