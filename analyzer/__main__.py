"""`python -m analyzer`: the command line without its installed script."""

from analyzer.cli.main import main

if __name__ == "__main__":
    main()
