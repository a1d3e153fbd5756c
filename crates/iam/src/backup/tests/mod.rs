mod archives;
