"""Agencies (机构) that appraise, and the appraisers who sign for them."""
