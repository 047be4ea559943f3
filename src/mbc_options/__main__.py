"""`python -m mbc_options`: the command line without an installed script."""

from mbc_options.cli import main

if __name__ == "__main__":
    main()
