"""The exported ONNX file in the foreign runtime: npm run test:python -- -p test_onnx_export.py"""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy
import onnx
import onnxruntime

ROOT = Path(__file__).resolve().parents[2]


class OnnxExport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        place = Path(cls.folder.name)
        subprocess.run(["node", ROOT / "bin/run.js", ROOT / "test/python/export-example.ts", place], check=True)
        cls.told = json.loads((place / "told.json").read_text())
        cls.files = {name: cls.exported(place, name) for name in cls.told["probabilities"]}
        cls.file = cls.files["example"]

    @staticmethod
    def exported(place, name):
        command = ["node", ROOT / "bin/karma.js", "export", name, "--to", "onnx", "--quiet", "--json"]
        done = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True)
        return place / json.loads(done.stdout)["files"][0]

    def test_the_files_are_valid(self):
        for file in self.files.values():
            onnx.checker.check_model(str(file), full_check=True)

    def test_onnxruntime_gives_our_probabilities(self):
        for name in self.files:
            with self.subTest(name):
                self.compare(name)

    def compare(self, name):
        session = onnxruntime.InferenceSession(str(self.files[name]), providers=["CPUExecutionProvider"])
        observations = numpy.array(self.told["observations"], dtype=numpy.float32).reshape(-1, 31)
        wanted = numpy.array(self.told["probabilities"][name]).reshape(-1, 15)
        logits, probabilities = session.run(["logits", "probabilities"], {"observations": observations})
        self.assertLess(numpy.abs(probabilities - wanted).max(), 1e-5)
        self.assertGreater(wanted.std(), 0.01)
        relative = numpy.exp(logits - logits.max(axis=1, keepdims=True))
        self.assertLess(numpy.abs(relative / relative.sum(axis=1, keepdims=True) - wanted).max(), 1e-5)

    def test_one_row_gives_what_it_gives_among_others(self):
        session = onnxruntime.InferenceSession(str(self.file), providers=["CPUExecutionProvider"])
        row = numpy.array(self.told["observations"][:31], dtype=numpy.float32).reshape(1, 31)
        (probabilities,) = session.run(["probabilities"], {"observations": row})
        self.assertLess(numpy.abs(probabilities[0] - self.told["probabilities"]["example"][:15]).max(), 1e-5)

    def test_the_notes_travel_with_it(self):
        metadata = {one.key: json.loads(one.value) for one in onnx.load(str(self.file)).metadata_props}
        self.assertEqual(metadata["services"], ["front", 'back "end"'])
        self.assertEqual(metadata["forbidden"], [[0], []])
        self.assertEqual(len(metadata["features"]), 31)


if __name__ == "__main__":
    unittest.main()
