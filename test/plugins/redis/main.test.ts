import * as plugin from "@stockpile/plugin-redis";
import { testModule } from "../support/test-module.js";

testModule(plugin, "redis", "Redis");
