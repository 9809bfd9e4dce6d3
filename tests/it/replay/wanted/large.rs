//! The expected results of runs whose output is too large to be in an answer.

use crate::replay::Row;
use crate::replay::expected::Want::{Holds, Run, Stands};

#[rustfmt::skip]
pub(crate) const WANTED: [Row; 6] = [
    ("big-v1-sync-0-start", Run("completed", "own", &[("/result/data/__simLargeValueRef", "true"), ("/result/data/id", "lv_v4o-SmGNXYYG"), ("/result/data/kind", "string"), ("/result/data/size", "12288002")])),
    ("big-v1-sync-1-run", Stands("completed", "9b84a68b88454745a8b4868f02ee77ae", &[("/output/result/data/id", "lv_v4o-SmGNXYYG"), ("/durationMs", "312.0")])),
    ("big-v1-sync-2-log", Holds("Log", &[("/data/runId", "9b84a68b88454745a8b4868f02ee77ae"), ("/data/status", "completed"), ("/data/workflow/name", "big"), ("/data/finalOutput/result/data/id", "lv_v4o-SmGNXYYG")])),
    ("big-v2-sync-0-start", Run("completed", "own", &[("/result/data/__simLargeValueRef", "true"), ("/result/data/id", "lv_Cv87Blr_Hzi5"), ("/result/data/kind", "string"), ("/result/data/size", "12288002")])),
    ("big-v2-sync-1-run", Stands("completed", "6705c5d4f72c40bbb4f83c57c8b82863", &[("/output/result/data/id", "lv_Cv87Blr_Hzi5"), ("/durationMs", "278.0")])),
    ("big-v2-sync-2-log", Holds("Log", &[("/data/runId", "6705c5d4f72c40bbb4f83c57c8b82863"), ("/data/status", "completed"), ("/data/workflow/name", "big"), ("/data/finalOutput/result/data/id", "lv_Cv87Blr_Hzi5")])),
];
