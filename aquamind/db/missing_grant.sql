-- The statement that would let this role make tables, NULL if it may, and the schemas of its search
-- path if it can use none of them, else NULL
SELECT CASE WHEN NOT has_schema_privilege(current_schema(), 'CREATE')
            THEN format('GRANT CREATE ON SCHEMA %I TO %I', current_schema(), current_user) END,
       CASE WHEN current_schema() IS NULL THEN current_setting('search_path') END
