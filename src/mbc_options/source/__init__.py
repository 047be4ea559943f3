"""Files as their authors wrote them: read with positions, checked strictly, written whole or not at all."""
