"""Checks a bundle of a case without anything of Postern's: every file against the SHA-256 that the manifest gives, and the
manifest against its own. Prints the hash of the whole; ends with 1 and a word on what is wrong.

    python3 verify_bundle.py case-1.tar
"""
import hashlib, json, sys, tarfile


def verify(path):
    whole = open(path, "rb").read()
    files = {}
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            assert member.isfile(), f"{member.name} is no file"
            assert member.name not in files, f"{member.name} stands twice"
            files[member.name] = tar.extractfile(member).read()
    manifest = files.pop("manifest.json")
    told = files.pop("manifest.json.sha256").decode()
    assert told == f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n", "the manifest was changed"
    facts = json.loads(manifest)["files"]
    assert [fact["path"] for fact in facts] == sorted(files), "files are missing, or do not belong to it"
    for fact in facts:
        content = files[fact["path"]]
        assert len(content) == fact["bytes"], f"{fact['path']} has another length"
        assert hashlib.sha256(content).hexdigest() == fact["sha256"], f"{fact['path']} was changed"
        if fact["path"].endswith(".jsonl"):
            assert len([json.loads(line) for line in content.splitlines()]) == fact["rows"], f"{fact['path']} has other rows"
    return hashlib.sha256(whole).hexdigest(), len(files)


if __name__ == "__main__":
    try:
        digest, count = verify(sys.argv[1])
        print(digest, count)
    except Exception as wrong:
        print(wrong or type(wrong).__name__, file=sys.stderr)
        sys.exit(1)
