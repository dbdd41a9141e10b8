"""A standing over HTTP as an application would write it: the same row of the same view, for whoever has the token."""

import hashlib
import hmac
import json
import os
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
from fastapi import FastAPI, Header, HTTPException

TOKEN_SHA256 = os.environ["TOKEN_SHA256"]


@asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/v1/organizations/{organization}/standing")
async def standing(organization: str, authorization: Annotated[str, Header()]):
    token = authorization.removeprefix("Bearer ")
    if not hmac.compare_digest(hashlib.sha256(token.encode()).hexdigest(), TOKEN_SHA256):
        raise HTTPException(401)
    row = await app.state.pool.fetchrow(
        "SELECT * FROM billing.organization_access WHERE organization_id = $1", organization
    )
    if row is None:
        raise HTTPException(404)
    return dict(row) | {"features": json.loads(row["features"])}
